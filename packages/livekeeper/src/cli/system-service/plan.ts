/** Program to run at every login, and its user. All paths are absolute. */
export interface Setup {
	/** The user's home folder. */
	userFolder: string;
	/** The system's folder for temporary files. */
	temporary: string;
	/** Program to run, with its arguments. */
	command: readonly string[];
	/** Folder of the configuration and the data. */
	home: string;
	/** The user's id; 0 on Windows, which has none. */
	uid: number;
	/** The user's name, on Windows with the domain: `DESKTOP\fish`. */
	user: string;
}

/** A system program with its arguments. */
export interface Call {
	program: string;
	args: readonly string[];
	/** Set if it may fail because its subject does not exist. */
	mayFail?: true;
}

/** Steps in order of execution. */
export type Step = { write: string; content: Buffer } | { remove: string } | Call;

/**
 * Plans how a system starts livekeeper at login, stops doing that, or reports its state. Pure: nothing is executed yet.
 */
export interface SystemService {
	install(setup: Setup): Step[];
	uninstall(setup: Setup): Step[];
	status(setup: Setup): Step[];
}

/** Name under which the system knows it. */
export const serviceName = "livekeeper";

export function xmlText(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
