"""`python -m ipam_model` is `ipam-model`."""

import sys

from ipam_model.cli.main import main

sys.exit(main())
