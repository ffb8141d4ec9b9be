"""Rules about what contracts say of their data."""
