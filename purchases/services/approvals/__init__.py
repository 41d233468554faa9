"""Who may approve what: rules, limits, delegations."""
