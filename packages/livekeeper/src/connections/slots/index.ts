export { ConnectionPool, type ConnectionPoolOptions, type HeldSlot } from "./connection-pool.ts";
export type { PoolLimits } from "./pool-limits.ts";
export type { RoomPriority } from "./priority.ts";
