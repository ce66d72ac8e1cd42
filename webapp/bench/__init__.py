"""What a whole deployment costs here and now: real server processes, real databases; run by `qingche bench`."""
