"""What the engine costs here and now, beside what it is compared with: run by `qingche bench`.

Part of what is installed, not of the tests, because whoever runs a deployment may ask; the makers of figures are tested
by running them.
"""
