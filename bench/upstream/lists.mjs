// @ts-check
import { parseGuid, PLACEHOLDER, WORLDS } from './guids.mjs';
import { buildOf, deploymentOf, revisionOf, toTemplate } from './world.mjs';

const COMMA = Buffer.from(',');
const SEPARATOR_LENGTH = 1;

/** @typedef {import('./world.mjs').Template} Template */

/**
 * The JSON of one kind of row, made once at start for every world; answering copies bytes and
 * writes the token into them.
 * @param {(token: string, world: string, row: number) => unknown} make
 */
function createTable(make) {
  /** @type {Map<string, Template[]>} */
  const rows = new Map();
  /** @type {Map<string, Template>} */
  const lists = new Map();
  for (const [world, { rows: count }] of Object.entries(WORLDS)) {
    const templates = Array.from({ length: count }, (_, row) =>
      toTemplate(make(PLACEHOLDER, world, row)),
    );
    rows.set(world, templates);
    lists.set(world, toList(templates));
  }
  return {
    /** @param {string} token @param {string} world */
    all: (token, world) => {
      const list = lists.get(world);
      return list && fill(list, token);
    },
    /** @param {readonly string[]} guids */
    byGuids: (guids) => {
      const found = guids.flatMap((guid) => {
        const { token, world, row } = parseGuid(guid);
        const template = rows.get(world)?.[row];
        return template ? [fill(template, token)] : [];
      });
      return envelope(found);
    },
    /** @param {string} guid */
    one: (guid) => {
      const { token, world, row } = parseGuid(guid);
      const template = rows.get(world)?.[row];
      return template && fill(template, token);
    },
  };
}

export const createTables = () => ({
  deployments: createTable(deploymentOf),
  revisions: createTable(revisionOf),
  builds: createTable(buildOf),
});

/** @param {number} count */
function headOf(count) {
  const pagination = {
    total_results: count,
    total_pages: 1,
    first: null,
    last: null,
    next: null,
    previous: null,
  };
  return Buffer.from(`{"pagination":${JSON.stringify(pagination)},"resources":[`);
}

const TAIL = Buffer.from(']}');

/** @param {readonly Buffer[]} rows */
function envelope(rows) {
  const parts = rows.flatMap((row, index) => (index === 0 ? [row] : [COMMA, row]));
  return Buffer.concat([headOf(rows.length), ...parts, TAIL]);
}

/**
 * @param {readonly Template[]} templates
 * @returns {Template}
 */
function toList(templates) {
  let start = headOf(templates.length).length;
  const offsets = templates.flatMap(({ bytes, offsets: inside }) => {
    const moved = [...inside].map((offset) => offset + start);
    start += bytes.length + SEPARATOR_LENGTH;
    return moved;
  });
  const bytes = envelope(templates.map((template) => template.bytes));
  return { bytes, offsets: Int32Array.from(offsets) };
}

/**
 * @param {Template} template
 * @param {string} token
 */
function fill({ bytes, offsets }, token) {
  const filled = Buffer.allocUnsafe(bytes.length);
  bytes.copy(filled);
  for (let digit = 0; digit < 8; digit += 1) {
    const code = token.charCodeAt(digit);
    for (let index = 0; index < offsets.length; index += 1) filled[offsets[index] + digit] = code;
  }
  return filled;
}
