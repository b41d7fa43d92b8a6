import { type ReactNode, useState } from 'react';
import { useDesk } from '../../desk';
import { hrefTo } from '../../route';
import { STORIES, type Story } from '../../stories/story';
import { type Result, seen } from '../../ui/result';
import { ResultList } from '../../ui/result-list';
import { Button, Empty, Panel } from '../../ui/parts';

interface Told {
  readonly story: Story;
  readonly results: readonly Result[];
  readonly isPlaying: boolean;
}

export default function StartPane(): ReactNode {
  const desk = useDesk();
  const { say } = desk;
  const [told, setTold] = useState<Told | null>(null);
  const play = async (story: Story): Promise<void> => {
    setTold({ story, results: [], isPlaying: true });
    const report = (line: Result): void => setTold((before) => (before?.story === story ? { ...before, results: [...before.results, line] } : before));
    try {
      await story.play({ ...desk, report });
    } catch (error) {
      report(seen(error instanceof Error ? error.message : String(error), null, 'failed'));
    }
    setTold((before) => (before?.story === story ? { ...before, isPlaying: false } : before));
  };
  return (
    <>
      <div className="stories">
        {STORIES.map((story, index) => (
          <article key={story.name} className="story">
            <span className="number" aria-hidden="true">{index + 1}</span>
            <h2>{say(story.title)}</h2>
            <p>{say(story.tells)}</p>
            <footer>
              <Button look="main" disabled={told?.isPlaying ?? false} onClick={() => void play(story)} data-testid={`story-${story.name}`}>
                {say(told?.story === story && told.isPlaying ? 'start.playing' : 'start.play')}
              </Button>
              <a href={hrefTo(story.pane)}>{say('start.watch', { pane: say(`pane.${story.pane}`) })}</a>
            </footer>
          </article>
        ))}
      </div>
      <Panel title={told ? say(told.story.title) : say('start.results')} note={say('start.results.note')}>
        {told && told.results.length > 0 ? <ResultList label={say('start.results')} results={told.results} /> : <Empty>{say(told?.isPlaying ? 'start.playing' : 'start.nothing')}</Empty>}
      </Panel>
    </>
  );
}
