#!/usr/bin/env bash
# The attack that started this project: anybody on the same Wi-Fi subscribes to every topic and switches the LED.
#
#   tests/attack/lab.sh HOST PORT
#
# Ends with 0 if it works, with 1 if the broker keeps it out. Needs Mosquitto's command line clients.
set -u
host=$1 port=$2

echo "\$ mosquitto_sub -h $host -p $port -t '#'"
if ! heard=$(mosquitto_sub -h "$host" -p "$port" -t '#' -v -C 1 -W 10 2>&1); then
  echo "$heard"
  listened=no
else
  echo "$heard"
  listened=yes
fi

echo "\$ mosquitto_pub -h $host -p $port -t state_led -m 0"
if mosquitto_pub -h "$host" -p "$port" -t state_led -m 0 2>&1; then
  switched=yes
else
  switched=no
fi

if [ $listened = yes ] && [ $switched = yes ]; then
  echo "the attacker reads and switches"
  exit 0
fi
echo "the attacker reads: $listened, switches: $switched"
[ $listened = no ] && [ $switched = no ] && exit 1
exit 2
