export { leaseWay, type WayLease, wayKey } from "./lease-way.ts";
