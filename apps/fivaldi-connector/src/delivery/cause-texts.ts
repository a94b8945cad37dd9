import { cause, type Cause, type DeliveryCause } from './cause.js';
import { REJECTIONS } from './rejection-texts.js';
import { REVIEWS } from './review-texts.js';

/** What each cause means, who acts and how, in the three languages. */
export const CAUSES: Readonly<Record<DeliveryCause, Cause>> = {
  ...REJECTIONS,
  ...REVIEWS,
  'not-allowed': cause(
    'main-user',
    [
      'Yrityksen säännöt eivät salli siirtoa.',
      'Företagets regler tillåter inte överföringen.',
      'The company’s rules do not allow the transfer.',
    ],
    [
      'Tarkista kumppanikäyttäjän oikeudet ja yritä uudelleen.',
      'Kontrollera partneranvändarens rättigheter och försök igen.',
      'Check the partner user’s rights and try again.',
    ],
  ),
  'credentials-refused': cause(
    'operator',
    [
      'Fivaldi ei hyväksy palvelun tunnusta.',
      'Fivaldi godkänner inte tjänstens kod.',
      'Fivaldi does not accept the service’s credentials.',
    ],
    [
      'Tarkista kumppanitunnus, salaisuus ja palvelimen kello, ja tallenna yhteys uudelleen.',
      'Kontrollera partnerkoden, hemligheten och serverns klocka, och spara förbindelsen på nytt.',
      'Check the partner id, the secret and the server’s clock, and save the connection again.',
    ],
  ),
  'right-missing': cause(
    'main-user',
    [
      'Palvelulta puuttuu oikeus yritykseen Fivaldissa.',
      'Tjänsten saknar rättighet till företaget i Fivaldi.',
      'The service lacks a right to the company in Fivaldi.',
    ],
    [
      'Anna oikeus Fivaldin Palvelunhallinnassa, ja pyydä yhteyttä tallennettavaksi uudelleen.',
      'Ge rättigheten i Fivaldis Tjänsthantering, och be att förbindelsen sparas på nytt.',
      'Grant it in Fivaldi’s Service Management, and ask for the connection to be saved again.',
    ],
  ),
};
