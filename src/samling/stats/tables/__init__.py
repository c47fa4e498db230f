"""Tables in: columns, codes of their values, and sums that do not depend on order."""
