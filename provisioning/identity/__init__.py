"""The identity provider's administration: people and groups, whichever product it is."""
