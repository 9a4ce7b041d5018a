"""Which field the heading of a column means: a guess, which somebody looks at before it counts."""

import re

from enquiries.folding import fold
from foundation.addresses import PLAIN

# English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Turkish; folded: lower-case, without accents.
WORDS = {
    "name": "name fullname contact patient person client customer nombre nom nome naam nombrecompleto nomcomplet "
    "nomecompleto vollername kontakt contactname volledigenaam imieinazwisko adsoyad lead patientname",
    "given_name": "firstname givenname forename first vorname prenom nombredepila primernombre nomeproprio voornaam "
    "imie ad isim",
    "family_name": "lastname surname familyname last nachname familienname nomdefamille apellido apellidos cognome "
    "sobrenome apelido achternaam nazwisko soyad soyadi",
    "email": "email mail emailaddress mailaddress eaddress emailadresse mailadresse adressemail courriel "
    "correo correoelectronico direcciondecorreo indirizzoemail posta postaelettronica enderecodeemail emailadres "
    "adresemail eposta",
    "phone": "phone telephone tel mobile cell cellphone mobilephone phonenumber telephonenumber mobilenumber telefon "
    "telefonnummer handy mobil mobiltelefon rufnummer telephoneportable portable telefono movil celular cellulare "
    "numeroditelefono telefone telemovel telefoon telefoonnummer mobiel numertelefonu telefonkomorkowy ceptelefonu "
    "whatsapp",
    "country": "country countrycode land pays pais paese nazione kraj ulke residence countryofresidence",
    "next_action": "nextaction nextstep todo task action nachsterschritt aufgabe prochaineaction prochaineetape "
    "proximaaccion proximopaso prossimaazione volgendeactie",
    "next_action_on": "nextactionon nextactiondate nextactiondue followup followupon followupdate due dueon duedate "
    "wiedervorlage faelligam falligam echeance relance fechadeseguimiento scadenza",
    "owner": "owner assignedto assigned coordinator responsible zustandig verantwortlich responsable responsabile",
    "created_at": "receivedon received date created createdat createdon since added addedon datum eingang "
    "eingangsdatum datedereception fecha fechaderecepcion data dataricezione",
    "note": "note notes comment comments remark remarks message notiz notizen bemerkung bemerkungen kommentar remarque "
    "remarques commentaire nota notas observaciones comentario osservazioni opmerking opmerkingen uwagi",
}
MEANS = {word: name for name, words in WORDS.items() for word in words.split()}
NOT_A_LETTER = re.compile(r"[\W\d_]+")


def guess(headings: list[str], samples: list[list[str]]) -> list[str]:
    """For each column a field, each field once; empty where nothing is likely. samples: its first values."""
    found: list[str] = []
    for heading, values in zip(headings, samples, strict=True):
        field = MEANS.get(NOT_A_LETTER.sub("", fold(heading)), "")
        if not field and any(PLAIN.fullmatch(value) for value in values):
            field = "email"
        found.append("" if field in found else field)
    return found
