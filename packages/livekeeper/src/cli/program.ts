import { type Language, languages } from "@livekeeper/base/text";
import { Command, type HelpConfiguration, Option } from "commander";
import { commanderInChinese, commandTexts, helpTexts, helpTitles } from "../text/index.ts";
import { version } from "../version.ts";
import { besideCommand } from "./commands/beside.ts";
import { highlightsCommands, reportCommand } from "./commands/broadcasts.ts";
import { connectionsCommand, nodesCommand } from "./commands/capacity.ts";
import { backupCommand, importCommand } from "./commands/data.ts";
import { diagnoseCommand, doctorCommand } from "./commands/diagnosis.ts";
import { exportCommand, watchCommand } from "./commands/events.ts";
import { identityCommands } from "./commands/identities.ts";
import { serviceCommands, updateCommand } from "./commands/installation.ts";
import { roomCommands } from "./commands/rooms.ts";
import { mcpCommand, serveCommand } from "./commands/serve.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { tokenCommands } from "./commands/tokens.ts";
import { topCommand } from "./commands/top.ts";
import { giftsCommand, siteCommands, upstreamCommands } from "./commands/upstream.ts";
import type { Io } from "./io.ts";

/**
 * Creates all commands. Dependencies of a single command (the service, the library, progress bars) are loaded when it
 * runs, so the others start at once.
 */
export function createProgram(io: Io): Command {
	const { language } = io;
	const program = new Command("livekeeper")
		.description(helpTexts.program[language])
		.version(version, "-V, --version", helpTexts.version[language])
		.helpOption("-h, --help", helpTexts.help[language])
		.helpCommand("help [command]", helpTexts.help[language])
		// Read before all others by `languageOfCommand`; listed here, and accepted anywhere.
		.addOption(new Option("--lang <language>", helpTexts.language[language]).choices(languages))
		.showHelpAfterError(helpTexts.afterError[language])
		.addHelpText("after", helpTexts.examples[language])
		// Commander's own refusal only counts them.
		.allowExcessArguments()
		.hook("preAction", (whole, command) => refuseExcessArguments(command, whole.args, language))
		.configureOutput({
			writeOut: (text) => io.out(text.trimEnd()),
			writeErr: (text) => io.err(text.trimEnd()),
			outputError: (text, write) => write(language === "zh" ? commanderInChinese(text) : text),
			...(io.columns === undefined ? {} : { getOutHelpWidth: () => io.columns as number }),
		});
	if (language === "zh") program.configureHelp(chineseHelp);
	serveCommand(program, io);
	serviceCommands(program, io);
	roomCommands(program, io);
	topCommand(program, io);
	identityCommands(program, io);
	tokenCommands(program, io);
	connectionsCommand(program, io);
	siteCommands(program, io);
	updateCommand(program, io);
	upstreamCommands(program, io);
	nodesCommand(program, io);
	importCommand(program, io);
	watchCommand(program, io);
	giftsCommand(program, io);
	mcpCommand(program, io);
	reportCommand(program, io);
	highlightsCommands(program, io);
	exportCommand(program, io);
	besideCommand(program, io);
	backupCommand(program, io);
	doctorCommand(program, io);
	diagnoseCommand(program, io);
	simulateCommand(program, io);
	return program;
}

/**
 * Rejects excess arguments by name, and reports if one looks like the value of a flag that has none.
 * @param words of the whole command line
 */
function refuseExcessArguments(command: Command, words: readonly string[], language: Language): void {
	const { registeredArguments: expected, args, options } = command;
	const excess = expected.at(-1)?.variadic ? undefined : args[expected.length];
	if (excess === undefined) return;
	const isSwitch = (word: string) =>
		options.some(({ long, short, required, optional }) => (long === word || short === word) && !required && !optional);
	const flag = words.find((word, at) => words[at + 1] === excess && isSwitch(word));
	const opposite = flag?.replace(/^--(?!no-)/, "--no-");
	const off = opposite !== undefined && opposite !== flag && isSwitch(opposite) ? opposite : undefined;
	command.error(commandTexts.excessArgument(excess, flag, off)[language], { code: "commander.excessArguments" });
}

const chineseHelp: HelpConfiguration = {
	styleTitle: (title) => helpTitles[title] ?? title,
	optionDescription({ description, argChoices, defaultValue }) {
		const facts = [
			...(argChoices ? [`可选：${argChoices.join("、")}`] : []),
			...(defaultValue === undefined || defaultValue === false ? [] : [`默认：${String(defaultValue)}`]),
		];
		return facts.length === 0 ? description : `${description}（${facts.join("；")}）`;
	},
};
