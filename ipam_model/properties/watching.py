"""A runner that sees every event as a `Step`, with all that was asked meanwhile.

`Watched` is a mixin: put it before the runner whose events it is to see. Steps may nest, because
pods come and go while a question is open; each is handed to `on_step` when it is over, the inner
ones first. What others changed since the last step is a step of its own, `outside`.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from attrs import define, field

from ipam_model.config import Config
from ipam_model.daemon.init import Exited, Started
from ipam_model.daemon.measure import Decision
from ipam_model.daemon.pods import PodReply
from ipam_model.daemon.procedure import Ask, Call, Choice
from ipam_model.daemon.reconcile import Reconciled
from ipam_model.ec2 import Ec2
from ipam_model.errors import ModelError
from ipam_model.properties.evidence import Asked, Quiet, Step
from ipam_model.state import Pod, PodKey
from ipam_model.world import Runner, World

T = TypeVar("T")


@define
class _Frame:
    """A step that is not over yet."""

    asked: list[Asked] = field(factory=list)
    nested: list[Step] = field(factory=list)


MOST_QUESTIONS: Final = 20_000
"""In one step; a procedure that asks more does not end."""


class EndlessError(ModelError):
    """A procedure asks for ever."""


class Watched(Runner):
    """Reports each event of the world it runs."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401 - those of the other
        self._frames: list[_Frame] = []
        self._kept: list[Step] | None = None
        self._last: World | None = None
        """After the last step."""
        super().__init__(*arguments, **keywords)

    def on_step(self, step: Step) -> None:
        """Called with every step that is over."""
        raise NotImplementedError

    def leave_alone(self, passes: int, *, stays: int | None = None) -> Quiet:
        """Let the loop run, with nothing happening meanwhile.

        So many passes are granted to settle; `stays` more, or as many again, show whether it does.
        """
        begin = self.world
        course: list[World] = []
        kept = self._kept = []
        settled = 0
        for number in range(passes + (passes if stays is None else stays)):
            if number == passes:
                settled = len(kept)
            self.loop_pass()
            course.append(kept[-1].after)
        self._kept = None
        return Quiet(
            begin=begin,
            course=tuple(course),
            passes=passes,
            steps=tuple(kept),
            later=tuple(kept[settled:]),
        )

    # -- events ----------------------------------------------------------------------------------

    def start(self, config: Config | None = None) -> Started | Exited:
        """See `Runner.start`."""
        return self._step("start", None, lambda: super(Watched, self).start(config))

    def add_pod(self, pod: Pod, *, multi: bool = False) -> PodReply:
        """See `Runner.add_pod`."""
        add = super().add_pod
        return self._step("add_pod", pod, lambda: add(pod, multi=multi), every_card=multi)

    def delete_pod(self, key: PodKey) -> PodReply:
        """See `Runner.delete_pod`."""
        return self._step("delete_pod", key, lambda: super(Watched, self).delete_pod(key))

    def terminate(self) -> None:
        """See `Runner.terminate`."""
        self._step("terminate", None, super().terminate)

    def tick(self) -> tuple[Decision, ...]:
        """See `Runner.tick`."""
        return self._step("tick", None, super().tick)

    def reconcile(self) -> Reconciled:
        """See `Runner.reconcile`."""
        return self._step("reconcile", None, super().reconcile)

    def await_trunk(self) -> None:
        """See `Runner.await_trunk`."""
        self._step("await_trunk", None, super().await_trunk)

    def advance(self, milliseconds: int) -> None:
        """See `Runner.advance`."""
        self._step("advance", milliseconds, lambda: super(Watched, self).advance(milliseconds))

    # -- questions -------------------------------------------------------------------------------

    def choose(self, choice: Choice) -> object:
        """See `Runner.choose`."""
        now, ec2 = self.now, self.ec2
        return self._note(choice, super().choose(choice), now, ec2)

    def answer(self, ask: Call) -> object:
        """See `Runner.answer`."""
        now, ec2 = self.now, self.ec2
        return self._note(ask, super().answer(ask), now, ec2)

    def _note(self, ask: Ask, answer: object, now: int, ec2: Ec2) -> object:
        asked = self._frames[-1].asked
        asked.append(Asked(ask=ask, answer=answer, now=now, ec2=ec2))
        if len(asked) > MOST_QUESTIONS:
            raise EndlessError(f"{ask.rule} asks for ever: {len(asked)} questions in one step")
        return answer

    def _step(
        self, kind: str, subject: object, act: Callable[[], T], *, every_card: bool = False
    ) -> T:
        before, frame = self.world, _Frame()
        if not self._frames:
            self._catch_up(before)
        self._frames.append(frame)
        try:
            reply = act()
        finally:
            self._frames.pop()
        step = Step(
            kind=kind,
            subject=subject,
            before=before,
            after=self.world,
            reply=reply,
            every_card=every_card,
            asked=tuple(frame.asked),
            nested=tuple(frame.nested),
        )
        self._over(step)
        return reply

    def _catch_up(self, now: World) -> None:
        """Report what others did since the last step."""
        last = self._last
        if last is not None and not _left_alone(last, now):
            self._over(
                Step(kind="outside", subject=None, before=last, after=now, reply=None, asked=())
            )

    def _over(self, step: Step) -> None:
        if self._frames:
            self._frames[-1].nested.append(step)
        else:
            self._last = step.after
            if self._kept is not None:
                self._kept.append(step)
        self.on_step(step)


def _left_alone(before: World, after: World) -> bool:
    return (
        before.ec2 is after.ec2
        and before.cordoned == after.cordoned
        and before.eni_config_subnet == after.eni_config_subnet
        and before.gone_pods == after.gone_pods
        and before.branch_pods == after.branch_pods
    )
