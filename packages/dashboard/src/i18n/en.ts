import { charts } from "./en/charts.ts";
import { connections } from "./en/connections.ts";
import { help } from "./en/help.ts";
import { login } from "./en/login.ts";
import { nodes } from "./en/nodes.ts";
import { overlay } from "./en/overlay.ts";
import { room } from "./en/room.ts";
import { rooms } from "./en/rooms.ts";
import { search } from "./en/search.ts";
import { settings } from "./en/settings.ts";
import { shell } from "./en/shell.ts";
import type { Messages } from "./index.ts";

export const en: Messages = { shell, rooms, room, search, charts, overlay, connections, nodes, settings, help, login };
