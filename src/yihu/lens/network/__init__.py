"""Who trades with whom: components, rings, exposure to false issuers, and chains traced over mapped arrays."""
