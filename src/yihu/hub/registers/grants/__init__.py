"""What an approved case granted or changed for a taxpayer: invoice quotas, deferrals, changes of registration."""
