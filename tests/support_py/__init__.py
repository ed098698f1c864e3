"""What the tests of the API, of the command line and of the whole system share."""
