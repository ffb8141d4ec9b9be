"""`python -m meshwarden`."""

import sys

from meshwarden.cli import main

if __name__ == "__main__":
    sys.exit(main())
