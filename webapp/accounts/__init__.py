"""Accounts: who may sign in, and the sign-ins themselves. Units, posts and grants belong to the engine."""
