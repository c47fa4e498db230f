"""Every change of people, roles and invitations."""
