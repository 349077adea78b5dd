// How `npm` and `npx` are started on every system, and messages for their failures. Node's own modules only.

/**
 * Returns the arguments of `spawn`. On Windows both are `.cmd` files, which Node starts only through a shell, with one
 * command line, so arguments are quoted here.
 * @returns {{ command: string, args: string[], shell: boolean }}
 */
export function startOf(program, args, platform = process.platform) {
	if (platform !== "win32") return { command: program, args, shell: false };
	return { command: [`${program}.cmd`, ...args.map(quoted)].join(" "), args: [], shell: true };
}

/** Quotes for cmd.exe, and for the program that splits the line again: a backslash before a quote would escape it. */
function quoted(arg) {
	if (/^[\w@./:=\\+-]+$/.test(arg)) return arg;
	return `"${arg.replaceAll(/(\\*)"/g, '$1$1""').replace(/(\\+)$/, "$1$1")}"`;
}

/** cmd.exe's exit status if there is no such program. */
const noSuchProgram = 9009;

/**
 * Returns why npm failed, with advice; "" if it succeeded.
 * @param {{ status: number | null, signal?: string | null, error?: NodeJS.ErrnoException }} ended result of `spawnSync`
 */
export function npmFailure(task, { status, signal, error }) {
	const code = error?.code ?? (status === noSuchProgram ? "ENOENT" : undefined);
	if (code === "ENOENT") {
		return "npm was not found. It comes with Node: install Node 24 from https://nodejs.org, open a new terminal, and run the same command again.";
	}
	if (error) return `npm could not be started (${error.message}). Mend that, then run the same command again.`;
	if (status === 0) return "";
	const how = signal ? `was ended by ${signal}` : `failed with status ${status}`;
	return `npm ${task} ${how}: its message above says why. Run the same command again once that is mended.`;
}
