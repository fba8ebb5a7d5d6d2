"""What a bundle is: its files, their contract, and what is wrong with one. Reads no table and runs nothing."""
