"""Who did what, to what, when: records that nothing can change or take away."""
