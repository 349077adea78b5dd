export {
	type Attempt,
	Connection,
	type ConnectionHost,
	type ConnectionOptions,
	type ConnectionState,
} from "./connection.ts";
export type { Permit } from "./permit.ts";
