# Ends the processes of `run` where it is gone and could not do so itself, and takes its files away.
# Its standard input says which they are, then that all is over, or ends. On Linux those are among them,
# too, in whose environment the folder of the files stands: daemons, and what is in a group with others.
folder=$1
tell() {
  kill -s "$1" -- "$target"
  for environment in $(grep -lsF -- "$folder/" /proc/[0-9]*/environ); do
    process=${environment#/proc/}
    kill -s "$1" -- "${process%/environ}"
  done
}
read -r target
read -r over && exit 0
if [ -n "$target" ]; then
  tell TERM
  sleep 1
  tell KILL
fi
rm -rf -- "$folder"
