"""What people said beside their requests: the notes that an assistant finds, one of them confirmed and one corrected."""

from datetime import timedelta

from feedback.demo import texts
from feedback.demo.life import How, Steps, Storyteller
from requests_app import actions
from requests_app.models import Understanding

HOW = (How.IN_PERSON, How.TELEPHONE, How.IN_PERSON, How.MESSAGE)


def talks(teller: Storyteller) -> list[Steps]:
    return [_talk(teller, number) for number in range(len(texts.TALKS))]


def _talk(teller: Storyteller, number: int) -> Steps:
    """Said and written down a few hours apart; the first is confirmed by who said it, the second was misheard."""
    office, by = teller.house.office, teller.house.assistants[number % 2]
    person = teller.house.colleagues[number]
    yield (at := teller.time.now - timedelta(hours=5 * number + 3))
    said = actions.Said(texts.TALKS[number], HOW[number], at - timedelta(minutes=9))
    note = actions.keep_conversation(about=actions.About(office, person), said=said, by=by, now=at)
    if number == 0:
        asked = actions.send_understanding(note_id=note.pk, body=texts.UNDERSTOOD, by=by, now=at)
        yield (at := at + timedelta(hours=1))
        right = Understanding.Answer.RIGHT
        actions.answer_understanding(understanding_id=asked.pk, answer=right, by=person, now=at)
    elif number == 1:
        yield (at := at + timedelta(hours=1))
        actions.correct_conversation(
            note_id=note.pk, said=actions.Said(texts.MEANT, note.how, note.said_at), by=by, now=at
        )
