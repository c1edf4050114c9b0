# Ends the processes of `run` where it is gone and could not do so itself, and takes its files away.
# Its standard input says which they are, then that all is over, or ends.
read -r target
read -r over && exit 0
if [ -n "$target" ]; then
  kill -s TERM -- "$target"
  sleep 1
  kill -s KILL -- "$target"
fi
rm -rf -- "$1"
