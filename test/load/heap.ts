import { once } from 'node:events';
import { WebSocket } from 'ws';

/** What a process holds, in MiB. */
export interface Memory {
  /** What is left of its heap after garbage was collected. */
  heap: number;
  resident: number;
}

interface Answer {
  result: { usedSize: number; result: { value: number } };
}

const MIB = 1_048_576;

/**
 * Has a process collect its garbage, through its inspector, and reads what is left.
 * @param inspector as Node tells it at the start: `ws://127.0.0.1:<port>/<id>`
 */
export async function memoryOf(inspector: string): Promise<Memory> {
  const socket = new WebSocket(inspector);
  try {
    await once(socket, 'open');
    const ask = async (id: number, method: string, params: object = {}): Promise<Answer> => {
      const answer = new Promise<Answer>((resolve, reject) => {
        socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()) as Answer));
        socket.once('close', () => reject(new Error('the process has ended')));
      });
      socket.send(JSON.stringify({ id, method, params }));
      return answer;
    };
    await ask(1, 'HeapProfiler.collectGarbage');
    const heap = await ask(2, 'Runtime.getHeapUsage');
    const resident = await ask(3, 'Runtime.evaluate', { expression: 'process.memoryUsage.rss()' });
    return { heap: heap.result.usedSize / MIB, resident: resident.result.result.value / MIB };
  } finally {
    socket.terminate();
  }
}
