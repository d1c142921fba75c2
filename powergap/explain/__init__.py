"""Why there is a gap and what would close it: bottlenecks, attribution, order-by dates, waiting, frontier."""
