"""What can be done to a record, in German, by topic: `action: sentence with its facts`."""
