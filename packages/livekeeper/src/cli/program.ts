import { Command } from "commander";
import { backupCommand } from "./commands/backup.ts";
import { connectionsCommand } from "./commands/connections.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { exportCommand } from "./commands/export.ts";
import { identityCommands } from "./commands/identities.ts";
import { roomCommands } from "./commands/rooms.ts";
import { serveCommand } from "./commands/serve.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { tokenCommands } from "./commands/tokens.ts";
import { topCommand } from "./commands/top.ts";
import { watchCommand } from "./commands/watch.ts";
import type { Io } from "./io.ts";

const examples = `
Examples:
  livekeeper serve --demo            run the service against a simulated Douyin
  livekeeper start 261378947940      keep a room connected
  livekeeper watch 261378947940      see what happens in it
  livekeeper top                     see all rooms live, the worst first
  livekeeper export 261378947940     save what happened in it as a file
  livekeeper backup my.backup        save all that is stored as one file
  livekeeper doctor 261378947940     find out why a room doesn't connect

Every option can also be set in livekeeper.config.json or the environment (LIVEKEEPER_…);
a flag beats the environment, which beats the file. Keys and cookies are better not given as flags:
other users of a machine can see them.`;

/** All commands. */
export function createProgram(io: Io): Command {
	const program = new Command("livekeeper")
		.description("Keeps Douyin live rooms connected and hands their messages to browsers and programs.")
		.version("0.1.0", "-V, --version", "print the version")
		.showHelpAfterError("(livekeeper --help lists the commands and options)")
		.addHelpText("after", examples)
		.configureOutput({
			writeOut: (text) => io.out(text.trimEnd()),
			writeErr: (text) => io.err(text.trimEnd()),
			...(io.columns === undefined ? {} : { getOutHelpWidth: () => io.columns as number }),
		});
	serveCommand(program, io);
	roomCommands(program, io);
	topCommand(program, io);
	identityCommands(program, io);
	tokenCommands(program, io);
	connectionsCommand(program, io);
	watchCommand(program, io);
	exportCommand(program, io);
	backupCommand(program, io);
	doctorCommand(program, io);
	simulateCommand(program, io);
	return program;
}
