#!/bin/sh
# A runner with a kill flag, as small as one can be: every 100 ms it looks for kill.flag in its folder, and does a unit of work where there is none.
# It exits 0 once the flag is there, also before its first unit.
set -eu
unit=0
while [ ! -e kill.flag ] && [ ! -h kill.flag ]; do
    unit=$((unit + 1))
    echo "beat $unit"
    sleep 0.1
done
echo "stopped by kill.flag after $unit units"
