import { setFlagsFromString } from 'node:v8'

// V8 collects garbage earlier rather than take more memory: several processes share a container, and one that reads
// pages holds little for long. Over 3,000 pages the most that was resident fell from 260 to 150 MiB, for a tenth more
// CPU. Importing this is enough, and comes before all else.
setFlagsFromString('--semi-space-growth-factor=1')
setFlagsFromString('--heap-growing-percent=30')
