"""`python -m webapp` is the command `qingche`."""

from webapp.cli import main

main()
