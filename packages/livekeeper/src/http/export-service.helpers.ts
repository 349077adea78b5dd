import type { AddressInfo } from "node:net";
import { RoomNotFoundError } from "@livekeeper/base/errors";
import { ManualClock } from "@livekeeper/douyin/testing";
import { type FastifyBaseLogger, fastify } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { Exporter } from "../outputs/export/index.ts";
import { MemoryLog, startMs } from "../outputs/export/memory-log.helpers.ts";
import { type LogLine, recordingLogger } from "../recording-logger.helpers.ts";
import type { App } from "./app.ts";
import { replyWithError } from "./error-reply.ts";
import { roomExportRoute } from "./routes/room-export.ts";

export interface ExportService {
	url: string;
	app: App;
	log: MemoryLog;
	exporter: Exporter;
	/** Logged lines. */
	lines: LogLine[];
	close: () => Promise<void>;
}

/** Starts the export's route on a free port, over a log in memory. Room 2002 is kept and has no events yet. */
export async function startExportService(): Promise<ExportService> {
	const clock = new ManualClock(startMs + 100_000);
	const log = new MemoryLog([]);
	const { logger, lines } = recordingLogger();
	const exporter = new Exporter({ log, clock, logger });
	const app = fastify({
		loggerInstance: logger as FastifyBaseLogger,
	}).withTypeProvider<ZodTypeProvider>() as unknown as App;
	app.setValidatorCompiler(validatorCompiler);
	app.setSerializerCompiler(serializerCompiler);
	app.setErrorHandler(replyWithError);
	const live = {
		nameOf: () => undefined,
		requireReadable: async (id: string) => {
			if (id !== "2002" && !(await log.knows(id))) throw new RoomNotFoundError(id);
		},
	};
	roomExportRoute(app, { live, exporter, clock });
	await app.listen({ host: "127.0.0.1", port: 0 });
	const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
	const close = async () => {
		const closed = app.close();
		// A client has its whole file a moment before the server has finished with it.
		app.server.closeAllConnections();
		await closed;
	};
	return { url, app, log, exporter, lines, close };
}
