// The module is empty until its parts arrive.
