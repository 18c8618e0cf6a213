module ipam-model.example/vectors

go 1.21
