/** Sees to it that a child process does not outlive the benchmark, however that ends. */
export function killAtExit(child) {
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
}
