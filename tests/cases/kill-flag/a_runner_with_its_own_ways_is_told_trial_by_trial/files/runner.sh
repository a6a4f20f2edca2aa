while [ ! -e kill.flag ]; do echo tick; sleep 0.2; done
