/** What is run at every login, and for whom. All paths are absolute. */
export interface Setup {
	/** The user's own folder. */
	userFolder: string;
	/** Where the system keeps temporary files. */
	temporary: string;
	/** Node's program, and livekeeper's script. */
	node: string;
	program: string;
	/** Where the configuration and the data lie. */
	home: string;
	/** The user's number; 0 on Windows, which has none. */
	uid: number;
	/** The user's name, on Windows with the domain: `DESKTOP\fish`. */
	user: string;
}

/** A program of the system with its arguments. */
export interface Call {
	program: string;
	args: readonly string[];
	/** What it ends, or asks after, may not be there: it says so, and that is all right. */
	mayFail?: true;
}

/** What is done, in this order. */
export type Step = { write: string; content: Buffer } | { remove: string } | Call;

/** What makes a system run livekeeper at login, ends that, or says how it does. Pure: nothing is done yet. */
export interface SystemService {
	install(setup: Setup): Step[];
	uninstall(setup: Setup): Step[];
	status(setup: Setup): Step[];
}

/** The name that the system knows it by. */
export const serviceName = "livekeeper";
