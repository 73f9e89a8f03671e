import { keepHeapSmall } from './small-heap.ts'

// A module of its own, so that importing it is enough, and can come before all else.
keepHeapSmall()
