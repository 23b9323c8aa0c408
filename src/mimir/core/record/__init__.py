"""The decision record: the audit document of one decision."""
