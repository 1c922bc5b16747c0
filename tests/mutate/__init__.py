"""`make mutate`: do the tests notice when a statement of money is changed a little? Not part of `make test`."""
