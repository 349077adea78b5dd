export { type Attempt, type ConnectionHost, keepConnected } from "./connection.ts";
