"""What names of the C family mean, concluded without a compiler: types, members, callees."""
