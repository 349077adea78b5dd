export { AdaptiveStrategy } from "./adaptive-strategy.ts";
export { HostStats } from "./host-stats.ts";
