"""What banks say about money: their files are read, looked at by a person, and only then anything changes."""
