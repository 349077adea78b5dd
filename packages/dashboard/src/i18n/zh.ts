import { charts } from "./zh/charts.ts";
import { connections } from "./zh/connections.ts";
import { help } from "./zh/help.ts";
import { login } from "./zh/login.ts";
import { nodes } from "./zh/nodes.ts";
import { overlay } from "./zh/overlay.ts";
import { room } from "./zh/room.ts";
import { rooms } from "./zh/rooms.ts";
import { search } from "./zh/search.ts";
import { settings } from "./zh/settings.ts";
import { shell } from "./zh/shell.ts";

export const zh = { shell, rooms, room, search, charts, overlay, connections, nodes, settings, help, login };
