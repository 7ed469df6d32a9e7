// Java's archive of classes: a large part of a short job's processor time goes
// into reading and checking some 20,000 of them, the same ones at each start.

import type { SparkJob } from "./submit.ts";

/** A volume keeps those used last: other images and options have their own. */
const keptArchives = 3;

/**
 * Whether a job leaves an archive at its end, where there is none. It takes
 * half a minute, which has its place where work is done for later.
 */
export function makesArchive({ subcommand, options }: SparkJob): boolean {
  return subcommand === "maintain" && options.dryRun !== true &&
    options.clearLocks !== true;
}

/**
 * Lines of a shell script, after `chooseJars`: have Java use the archive in the
 * folder `$keep`, or make one, `$new`, where `$makes` says so.
 *
 * Its name has what it depends on, and its own checksum: Java refuses one that
 * does not fit, but dies of one that was cut. Which compiler Java uses and what
 * it logs make no difference to classes.
 */
export const chooseArchive = `new= option=
if [ -n "$path" ]; then
  java=$(command -v "\${JAVA_HOME:+$JAVA_HOME/bin/}java")
  key=$({
    printf '%s\\n' "$path" "\${SPARK_SUBMIT_OPTS:-}"
    grep '^spark\\.driver\\.' "$properties" |
      sed -E 's/-XX:TieredStopAtLevel=1|-Xlog:[^ ]*//g; s/ +$//' | grep -v '=$'
    stat -Lc '%n %s %Y' "$java" "$home"/jars/*.jar
    cd "$ivy/jars" && stat -Lc '%n %s %Y' $jars
  } 2>/dev/null | cksum | tr ' ' -)
  quiet="-Xshare:auto -Xlog:cds*=off"
  for archive in "$keep/classes-$key".*.jsa; do
    sum=$(cksum <"$archive" | tr ' ' -)
    if [ "$archive" = "$keep/classes-$key.$sum.jsa" ]; then
      touch -c "$archive"
      option=-XX:SharedArchiveFile=$archive makes=
      break
    fi
  done 2>/dev/null
  # Java makes none of a class path that has files beside jars.
  for folder in "\${SPARK_CONF_DIR:-$home/conf}" \\
    "\${HADOOP_CONF_DIR:-}" "\${YARN_CONF_DIR:-}"; do
    [ -z "$folder" ] || [ -z "$(ls -A "$folder" 2>/dev/null)" ] || makes=
  done
  if [ -n "$makes" ]; then
    new=$keep/classes-$key.\${HOSTNAME:-0}.new
    option=-XX:ArchiveClassesAtExit=$new
    # A folder that is not writable; a Java that is older, or another one.
    "$java" $quiet "$option" -version >/dev/null 2>&1 && [ -s "$new" ] ||
      makes= option=
    rm -f "$new"
    [ -n "$makes" ] || new=
  fi
  [ -z "$option" ] ||
    export SPARK_SUBMIT_OPTS="\${SPARK_SUBMIT_OPTS:-} $quiet $option"
fi`;

/**
 * The script's last lines: Spark in place of the shell; or, for a new archive,
 * as its child, and the archive gets its name after a good end.
 */
export const submitAndKeep = `if [ -z "$new" ]; then
  exec "$home/bin/spark-submit" "$@"
fi
printf '@lake {"event":"classes"}\\n'
"$home/bin/spark-submit" "$@" &
spark=$!
trap 'kill "$spark" 2>/dev/null' TERM
while :; do
  wait "$spark"
  code=$?
  # A signal ends only the waiting.
  kill -0 "$spark" 2>/dev/null || break
done
if [ "$code" = 0 ]; then
  sum=$(cksum <"$new" | tr ' ' -)
  rm -f "$keep/classes-$key".*.jsa
  mv -f "$new" "$keep/classes-$key.$sum.jsa"
  ls -t "$keep"/classes-*.jsa | tail -n +${keptArchives + 1} |
    while read -r old; do rm -f "$old"; done
fi 2>/dev/null
rm -f "$keep"/classes-*.new
exit "$code"`;
