module ipam-model.example/ipamharness

go 1.21
